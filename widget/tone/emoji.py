"""Valences of emoji whose English names upstream scores wrongly or not at all. Pure."""

_VALENCES = {
    # Valence on the lexicon's scale, -4 to 4: the emoji that readers put under a story.
    3.2: "❤♥",
    3.0: "🤩🥰",
    2.5: "👏🙌🎉🥳💯🏆🫶🤣",
    2.0: "👍😂😹✌👌💪🤝✅✔🆒",
    1.5: "😉😋🤗😛😜😝🙏🥹🤙🫡",
    1.0: "🤭🤠🎊😺",
    -1.0: "🤨😏🙃😕😐😑🥱🤦👻🫤🥴😥",
    -1.5: "🙄😒😪😣😖🥺🤷🚩🫠🤥🤓",
    -2.0: "😤🤡🤢🤒🙅🙎🙍😾❌😓😔",
    -2.5: "👎💔😡😠👿🤬🤮🖕💩😱😈",
}
# The valence of each emoji above, by its code point.
OWN = {emoji: valence for valence, emojis in _VALENCES.items() for emoji in emojis}

# Emoji without an opinion, whose names contain a word with one ("Statue of Liberty", "no entry").
SILENT = frozenset(
    "🤽🤾💁🙋🖐✋🤚👋✍💤💣💥💫🎩⛑🍂🥩🍠🥟🏩🗽🚒🚏🛑⏰🔥🎁🎖🏅🥇🥈🥉🕹🎲♦🃏🎴🔈🔕💳📪📭📏🧷🧯⚱⚠⛔🚳🚭🚯🚷📵🔞🔝🛐♋▶⏯⏹🔆❇🔡🆓🆗🈶🔶🔷🔸🔹💠"
)
