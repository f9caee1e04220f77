"""What the command line takes from the environment."""

from __future__ import annotations

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from flowcord.cli.problem import Problem

__all__ = ("Settings",)


class Settings(BaseSettings):
    """Environment variables, or a file `.env` in the current folder. Secrets never show in a `repr`."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    discord_token: SecretStr | None = None
    """The bot's token, from the Discord Developer Portal."""

    flowcord_database_url: SecretStr | None = None
    """A `postgresql://` URL."""

    @classmethod
    def load(cls) -> Settings:
        """Read them. Raises `Problem` for a value that cannot be read."""
        try:
            return cls()
        except ValidationError as error:
            names = ", ".join(str(part) for fault in error.errors() for part in fault["loc"])
            raise Problem(f"The settings {names.upper()} cannot be read.") from None

    @property
    def database(self) -> str | None:
        """The database's URL, or None when none is set. It may contain a password: never print it."""
        url = self.flowcord_database_url
        return None if url is None else url.get_secret_value()

    def token(self) -> str:
        """The bot's token. Raises `Problem` without one."""
        token = "" if self.discord_token is None else self.discord_token.get_secret_value().strip()
        if not token:
            raise Problem(
                "DISCORD_TOKEN is not set, and a bot cannot log in to Discord without its token.",
                remedy="Copy the token from https://discord.com/developers/applications (your application,"
                " Bot, Reset Token) and set DISCORD_TOKEN. Without one: flowcord preview.",
            )
        return token
