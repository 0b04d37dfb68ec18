# truth: no-leak
# work: hold.bid
# why: the bids pile up until the hammer falls, every 100,000 bids, and are then cleared: five teeth of the same height.
class Auction:
    def __init__(self):
        self.bids = []
        self.sold = 0

    def offer(self, bid):
        self.bids.append({"bidder": "bidder %d" % (bid % 77), "cents": bid * 37 % 100_000, "note": "bid number %d" % bid})
        if len(self.bids) == 100_000:
            self.hammer()

    def hammer(self):
        winner = max(self.bids, key=lambda bid: bid["cents"])
        self.sold += winner["cents"]
        self.bids.clear()


def hold(auction, bids):
    bid = 0
    while bid < bids:
        auction.offer(bid)
        bid += 1


auction = Auction()
hold(auction, 500_000)
print(auction.sold, len(auction.bids))
