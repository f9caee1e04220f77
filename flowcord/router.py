"""Router: one listener for every interaction of the client; the custom id names the session.

It listens through `client.wait_for` with a check that never accepts: public, called for each interaction in
order of arrival, alike on bots and plain clients, beside the client's own handlers, and without a task.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, cast

import discord

from flowcord.mentions import Mentions
from flowcord.menu.flow import FlowDefinition
from flowcord.menu.launcher import required_options
from flowcord.menu.wording import Wording
from flowcord.session.arrival import arrive
from flowcord.session.runtime import Runtime
from flowcord.wire.answer import Answer
from flowcord.wire.custom_id import ComponentId, LauncherId, owner_of, parse
from flowcord.wire.endpoint import Callback, MessageGone
from flowcord.wire.foreign import seen
from flowcord.wire.payload import Payload, notice, strip

__all__ = ("Router",)

#: Under this name an interaction's `extras` have the clock's time of its arrival.
_ARRIVED = "flowcord.arrived"
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
        mentions: Mentions,
        launch: Callable[[discord.Interaction[Any], FlowDefinition], Coroutine[Any, Any, None]],
    ) -> None:
        self._runtime = runtime
        self._flows = flows
        self._wording = wording
        self._mentions = mentions
        self._launch = launch
        #: Whether it listens.
        self.attached = False
        self._seen: set[int] = set()
        self._seen_before: set[int] = set()

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
                    return False
            elif interaction.type is discord.InteractionType.application_command:
                self._mentions.learn(cast("dict[str, Any]", interaction.data))
            # Whoever it is for may open a menu by it, after some work of its own.
            interaction.extras[_ARRIVED] = self._runtime.clock.now()
        except Exception as error:
            # discord.py forgets a check that raised: one odd interaction must not silence all later ones.
            self._runtime.incident(error, f"routing interaction {interaction.id}")
        return False

    def _arrive(self, interaction: discord.Interaction[Any], target: ComponentId | LauncherId) -> None:
        if interaction.id in self._seen or interaction.id in self._seen_before:
            return
        self._seen.add(interaction.id)
        if len(self._seen) == _REMEMBERED:
            self._seen, self._seen_before = set(), self._seen
        answer = self.answer(interaction)
        runtime = self._runtime
        if isinstance(target, LauncherId):
            flow = self._launched(target.kind)
            if flow is None:
                runtime.spawn(self._launch_nothing(answer))
            else:
                interaction.extras[_ARRIVED] = answer.arrived
                runtime.spawn(self._launch(interaction, flow))
            return
        session = runtime.sessions.get(target.session)
        if session is None:
            runtime.spawn(self.expired(answer, target.kind, owner_of(target.session)))
        else:
            arrive(session, answer, target)

    def answer(self, interaction: discord.Interaction[Any]) -> Answer:
        """The answer to an interaction that arrives now."""
        runtime = self._runtime
        return Answer(interaction, runtime.clock.now(), runtime.wire, runtime.spawn)

    def later_answer(self, interaction: discord.Interaction[Any]) -> Answer:
        """The answer to one that came before, through whatever code of the bot's."""
        answer = self.answer(interaction)
        answer.arrived = interaction.extras.get(_ARRIVED, answer.arrived)
        return answer

    def _launched(self, kind: str) -> FlowDefinition | None:
        """The flow that a launcher opens: of this kind, else the one that begins with a menu of this name."""
        flow = self._flows.get(kind)
        if flow is None:
            flow = next((each for each in self._flows.values() if each.entry.name == kind), None)
        return None if flow is None or required_options(flow.entry) else flow

    async def _launch_nothing(self, answer: Answer) -> None:
        """What a launcher leads to was removed. Its message is not ours: others may stand there."""
        texts = self._wording.texts(None, answer.interaction.locale)
        await answer.whisper(notice(texts.expired_unnamed))

    # Sessions that are no more ---------------------------------------------------------------------

    async def expired(self, answer: Answer, kind: str, owner: int | None, displayed: bool = False) -> None:
        """The dead buttons go, unless the end was `displayed`, and a sentence (with a button, for the owner)
        leads back.
        """
        flow = self._flows.get(kind)
        wording = self._wording if flow is None else flow.wording
        texts = wording.texts(None, answer.interaction.locale)
        message = answer.interaction.message
        if message is not None and answer.interaction.type is discord.InteractionType.component:
            with suppress(MessageGone):
                if displayed:
                    await answer.respond(Callback.DEFER)
                else:
                    await answer.respond(Callback.UPDATE, strip(seen(message), texts.closed))
        command = None if flow is None else self._mentions.of(flow)
        sentence = texts.expired_unnamed if command is None else texts.expired.format(command=command)
        buttons: list[Payload] = []
        if flow is not None and answer.interaction.user.id == owner and not required_options(flow.entry):
            button: Payload = {"type": 2, "style": 1, "label": texts.open_again}
            buttons.append({"type": 1, "components": [{**button, "custom_id": str(LauncherId(kind))}]})
        await answer.whisper(notice(sentence, buttons))


def _custom_id(interaction: discord.Interaction[Any]) -> str:
    return cast("dict[str, Any]", interaction.data).get("custom_id", "")
