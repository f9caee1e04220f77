"""What bot developers subclass: menus, flows, components, actions, options and behavior."""
