"""Updates in: webhook or polling, one chat in order, chats side by side, acknowledged after commit."""
