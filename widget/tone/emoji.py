"""What emoji say, where upstream's reading of their names is silent or wrong. Pure."""

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
# A code point a key: OWN says what each of the emoji above says.
OWN = {emoji: valence for valence, emojis in _VALENCES.items() for emoji in emojis}

# Names of things that hold a word with an opinion ("Statue of Liberty", "no entry", "fire").
SILENT = frozenset(
    "🤽🤾💁🙋🖐✋🤚👋✍💤💣💥💫🎩⛑🍂🥩🍠🥟🏩🗽🚒🚏🛑⏰🔥🎁🎖🏅🥇🥈🥉🕹🎲♦🃏🎴🔈🔕💳📪📭📏🧷🧯⚱⚠⛔🚳🚭🚯🚷📵🔞🔝🛐♋▶⏯⏹🔆❇🔡🆓🆗🈶🔶🔷🔸🔹💠"
)
