"""Durable data as developers see it: scopes, declarations, handles, client data."""

from __future__ import annotations

from flowcord.data.binding import HasId
from flowcord.data.block import Block
from flowcord.data.catalog import Catalog, FlowData, FlowSpec
from flowcord.data.client_data import ClientData, client_data
from flowcord.data.collections import CollectionHandle
from flowcord.data.declarations import Collection, Declaration, Resource, State, collection, resource, state
from flowcord.data.handles import Handle, ItemHandle, ResourceHandle, StateHandle, Write
from flowcord.data.scope import DEFAULT, Default, Scope, scope_ids
from flowcord.data.session_data import SessionData, load, rendering

__all__ = (
    "DEFAULT",
    "Block",
    "Catalog",
    "ClientData",
    "Collection",
    "CollectionHandle",
    "Declaration",
    "Default",
    "FlowData",
    "FlowSpec",
    "Handle",
    "HasId",
    "ItemHandle",
    "Resource",
    "ResourceHandle",
    "Scope",
    "SessionData",
    "State",
    "StateHandle",
    "Write",
    "client_data",
    "collection",
    "load",
    "rendering",
    "resource",
    "scope_ids",
    "state",
)
