# truth: leak
# work: session.change
# why: each change pushes a closure that could undo it, and nobody ever takes one from the list.
def editor():
    text = {"value": "", "version": 0}
    undo = []

    def put(new):
        old = text["value"]
        text["words"] = len(new.split())

        def back():
            text["value"] = old
        undo.append(back)
        text["value"] = new
        text["version"] += 1

    def session(changes):
        for change in range(changes):
            put("this is version %d of the text" % change)
        return text["version"], len(undo)

    return session


session = editor()
print(session(230_000))
