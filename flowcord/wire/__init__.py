"""The edge to discord.py: payloads, custom ids, routes, answers and Discord's limits."""
