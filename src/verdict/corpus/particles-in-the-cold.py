# truth: retained
# work: simulate.step
# why: a million particles die when the cloud has cooled, but one in 1,500 lives on, and each pins an arena of Python's own allocator, so the process keeps nearly all.
survivors = []


def cloud(count):
    return [(k * 0.5, k * 0.25) for k in range(count)]


def cool(particles):
    for k in range(0, len(particles), 1_500):
        survivors.append(particles[k])
    return len(particles)


def simulate(steps):
    energy = 0.0
    for step in range(steps):
        x, v = survivors[step % len(survivors)]
        energy = (energy + x * v) % 1e6
    return energy


print(cool(cloud(700_000)), "particles,", len(survivors), "survive")
print("%.1f" % simulate(1_800_000))
