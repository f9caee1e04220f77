# A bot on FlowCord. Copy your own bot's module beside `bots` and name it in the command.

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY flowcord flowcord
COPY migrations migrations
RUN python -m venv /opt/flowcord && /opt/flowcord/bin/pip install --no-cache-dir --quiet .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home bot
COPY --from=build /opt/flowcord /opt/flowcord
WORKDIR /app
COPY bots bots
ENV PATH="/opt/flowcord/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER bot
# A stop lets the bot tell the users of open menus; see stop_grace_period in docker-compose.yml.
STOPSIGNAL SIGTERM
ENTRYPOINT ["flowcord"]
CMD ["run", "bots"]
