"""Side by side with hand-written discord.py and raw asyncpg: `make bench` prints the table."""
