"""FlowCord: menu-stack sessions for discord.py, with data that outlives the process in Postgres."""

from flowcord import errors
from flowcord.app import FlowCord
from flowcord.data.block import Block
from flowcord.data.client_data import client_data
from flowcord.data.collections import CollectionHandle
from flowcord.data.declarations import collection, resource, state
from flowcord.data.handles import ItemHandle, ResourceHandle, StateHandle, Write
from flowcord.data.scope import Scope
from flowcord.errors import *  # noqa: F403
from flowcord.menu.access import Access
from flowcord.menu.accessor import StateAccessor
from flowcord.menu.actions import close, go_back, go_to, guard, pipeline, update_options
from flowcord.menu.behavior import Behavior
from flowcord.menu.commands import context_menu, slash
from flowcord.menu.components import Button, button
from flowcord.menu.context import DISMISSED, Dismissed, MenuContext, Progress
from flowcord.menu.flow import Flow
from flowcord.menu.forms import ModelForm, form
from flowcord.menu.launcher import Launcher
from flowcord.menu.layout import Layout
from flowcord.menu.menu import Fallback, Menu
from flowcord.menu.messages import message_handler
from flowcord.menu.modals import Modal, modal
from flowcord.menu.options import NoState, Options
from flowcord.menu.paginate import controls, paginate, reserved_row
from flowcord.menu.pagination import ListPages, Paginator, list_pages
from flowcord.menu.reserved import Look, Reserved
from flowcord.menu.screen import Screen
from flowcord.menu.selects import ChannelSelect, MentionableSelect, RoleSelect, Select, UserSelect, select
from flowcord.menu.session_state import session_state
from flowcord.menu.texts import Texts
from flowcord.session.ending import EndReason, SessionEnd
from flowcord.session.log import Event, SessionLog
from flowcord.session.session import MenuSession
from flowcord.session.stack import MenuStack
from flowcord.session.tracing import Tracer
from flowcord.sessions import Sessions

__version__ = "0.1.0"

__all__ = [
    "DISMISSED",
    "Access",
    "Behavior",
    "Block",
    "Button",
    "ChannelSelect",
    "CollectionHandle",
    "Dismissed",
    "EndReason",
    "Event",
    "Fallback",
    "Flow",
    "FlowCord",
    "ItemHandle",
    "Launcher",
    "Layout",
    "ListPages",
    "Look",
    "MentionableSelect",
    "Menu",
    "MenuContext",
    "MenuSession",
    "MenuStack",
    "Modal",
    "ModelForm",
    "NoState",
    "Options",
    "Paginator",
    "Progress",
    "Reserved",
    "ResourceHandle",
    "RoleSelect",
    "Scope",
    "Screen",
    "Select",
    "SessionEnd",
    "SessionLog",
    "Sessions",
    "StateAccessor",
    "StateHandle",
    "Texts",
    "Tracer",
    "UserSelect",
    "Write",
    "button",
    "client_data",
    "close",
    "collection",
    "context_menu",
    "controls",
    "form",
    "go_back",
    "go_to",
    "guard",
    "list_pages",
    "message_handler",
    "modal",
    "paginate",
    "pipeline",
    "reserved_row",
    "resource",
    "select",
    "session_state",
    "slash",
    "state",
    "update_options",
]
__all__ += errors.__all__
