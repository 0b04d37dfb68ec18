# truth: retained
# work: batch
# why: the parcels of a batch are all let go with it, but its stamps, of some 700 bytes, were made last and above them, stay in a ring of 300, and the heap under them is kept.
RING = [b""] * 300


def parcels(batch):
    return [b"parcel %d/%d " % (batch, k) * (1_500 + 40 * (k % 50)) for k in range(1_500)]


def stamp(parcel):
    return parcel[:700 + len(parcel) % 90] + b" stamped"


def send(batch):
    made = parcels(batch)
    for k in range(30):
        RING[(batch * 30 + k) % 300] = stamp(made[k * 50])
    return sum(map(len, made))


weight = 0
for batch in range(60):
    weight += send(batch)
    if batch % 20 == 0:
        print("batch", batch, weight)
print(weight)
