"""Router: one listener for every interaction of the client; the custom id names the session.

It listens through `client.wait_for` with a check that never accepts: public, called for each interaction in
order of arrival, alike on bots and plain clients, beside the client's own handlers, and without a task.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, cast

import discord

from flowcord.menu.flow import FlowDefinition
from flowcord.menu.wording import Wording
from flowcord.session.arrival import arrive
from flowcord.session.runtime import Runtime
from flowcord.wire.answer import Answer
from flowcord.wire.custom_id import ComponentId, LauncherId, owner_of, parse
from flowcord.wire.endpoint import Callback
from flowcord.wire.payload import Payload, notice, strip

__all__ = ("Router",)

#: Interaction ids remembered at least, app-wide: the gateway may deliver one twice when it resumes.
_REMEMBERED = 4096
_COMPONENT = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class Router:
    """Finds the session of an interaction, and answers for sessions that are no more."""

    def __init__(
        self,
        runtime: Runtime,
        flows: dict[str, FlowDefinition],
        wording: Wording,
        launch: Callable[[Answer, FlowDefinition], Coroutine[Any, Any, None]],
    ) -> None:
        self._runtime = runtime
        self._flows = flows
        self._wording = wording
        self._launch = launch
        #: Whether it listens.
        self.attached = False
        self._seen: set[int] = set()
        self._seen_before: set[int] = set()
        self._command_ids: dict[str, int] = {}
        self._fetching = False

    def attach(self) -> None:
        """Begin to listen. The client's event loop must be running."""
        if not self.attached:
            self.attached = True
            # Only the registration is wanted; nobody ever waits for the result.
            self._runtime.client.wait_for("interaction", check=self._route).close()

    def detach(self) -> None:
        """Stop listening, with the next interaction."""
        self.attached = False

    def owns(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether this interaction is with a component, form or launcher of FlowCord's."""
        return interaction.type in _COMPONENT and parse(_custom_id(interaction)) is not None

    def _route(self, interaction: discord.Interaction[Any]) -> bool:
        """The check of `wait_for`: accepts nothing, until it is detached."""
        if not self.attached:
            return True
        try:
            if interaction.type in _COMPONENT:
                target = parse(_custom_id(interaction))
                if target is not None:
                    self._arrive(interaction, target)
            elif interaction.type is discord.InteractionType.application_command:
                self._learn_command(cast("dict[str, Any]", interaction.data))
        except Exception as error:
            # discord.py forgets a check that raised: one odd interaction must not silence all later ones.
            self._runtime.incident(error, f"routing interaction {interaction.id}")
        return False

    def _learn_command(self, data: dict[str, Any]) -> None:
        self._command_ids[data["name"]] = int(data["id"])

    def _arrive(self, interaction: discord.Interaction[Any], target: ComponentId | LauncherId) -> None:
        if interaction.id in self._seen or interaction.id in self._seen_before:
            return
        self._seen.add(interaction.id)
        if len(self._seen) == _REMEMBERED:
            self._seen, self._seen_before = set(), self._seen
        answer = self.answer(interaction)
        runtime = self._runtime
        if isinstance(target, LauncherId):
            flow = self._flows.get(target.kind)
            if flow is None or not _opens_without_options(flow):
                runtime.spawn(self.expired(answer, target.kind, None))
            else:
                runtime.spawn(self._launch(answer, flow))
            return
        session = runtime.sessions.get(target.session)
        if session is None:
            runtime.spawn(self.expired(answer, target.kind, owner_of(target.session)))
        else:
            arrive(session, answer, target)

    def answer(self, interaction: discord.Interaction[Any]) -> Answer:
        runtime = self._runtime
        return Answer(interaction, runtime.clock.now(), runtime.wire, runtime.spawn)

    # Sessions that are no more ---------------------------------------------------------------------

    async def expired(self, answer: Answer, kind: str, owner: int | None) -> None:
        """The dead buttons go, and a sentence (with a button, for the owner) leads back."""
        flow = self._flows.get(kind)
        wording = self._wording if flow is None else flow.wording
        texts = wording.texts(None, answer.interaction.locale)
        message = answer.interaction.message
        if message is not None and answer.interaction.type is discord.InteractionType.component:
            await answer.respond(Callback.UPDATE, strip(_dead(message), texts.closed))
        command = None if flow is None else self._mention(flow)
        sentence = texts.expired_unnamed if command is None else texts.expired.format(command=command)
        buttons: list[Payload] = []
        if flow is not None and answer.interaction.user.id == owner and _opens_without_options(flow):
            button: Payload = {"type": 2, "style": 1, "label": texts.open_again}
            buttons.append({"type": 1, "components": [{**button, "custom_id": str(LauncherId(kind))}]})
        await answer.whisper(notice(sentence, buttons))

    def _mention(self, flow: FlowDefinition) -> str | None:
        if not flow.entry.commands:
            return None
        command = flow.entry.commands[0].command
        known = self._command_ids.get((command.root_parent or command).name)
        if known is not None:
            return f"</{command.qualified_name}:{known}>"
        if not self._fetching:
            self._fetching = True
            self._runtime.spawn(self._learn_commands())
        return f"`/{command.qualified_name}`"

    async def _learn_commands(self) -> None:
        """Ask Discord for the commands' ids, once, so that the next sentence can be clicked."""
        tree = getattr(self._runtime.client, "tree", None)
        if tree is None:
            return
        try:
            for command in await tree.fetch_commands():
                self._command_ids.setdefault(command.name, command.id)
        except discord.DiscordException:
            self._fetching = False  # a later expired click tries again; until then the name is plain text


def _custom_id(interaction: discord.Interaction[Any]) -> str:
    return cast("dict[str, Any]", interaction.data).get("custom_id", "")


def _dead(message: discord.Message) -> Payload:
    """What `strip` needs to know of a message of an earlier life."""
    return {
        "content": message.content,
        "embeds": message.embeds,
        "attachments": message.attachments,
        "flags": message.flags.value,
        "components": [component.to_dict() for component in message.components],
    }


def _opens_without_options(flow: FlowDefinition) -> bool:
    return not any(field.is_required() for field in flow.entry.shape.options.model_fields.values())
