"""One user's run: sessions, navigation, inputs and their answers."""
