# truth: leak
# work: career.season
# why: the games of a season are dropped when it is over, but each table of its goals stays, so the floor under the teeth rises.
def games(season, clubs=160):
    for home in range(clubs):
        for away in range(clubs):
            if home != away:
                yield {"home": home, "away": away, "goals": ((home * season + away) % 5, (away * 3 + season) % 4), "date": "day %d" % (home + away)}


class League:
    def __init__(self):
        self.tables = []

    def play(self, season):
        played = list(games(season))
        table = {}
        for game in played:
            table.setdefault((season, game["home"], game["away"] // 8), []).append(game["goals"][0] * 1000 + season)
        self.tables.append(table)
        return max(len(goals) for goals in table.values())


def career(seasons):
    league = League()
    best = 0
    for season in range(1, seasons + 1):
        best = max(best, league.play(season))
    return best, league


if __name__ == "__main__":
    best, league = career(22)
    print(best, len(league.tables), "tables")
