"""What is asked, and how a conversation moves: pure, no clock, no network, no database. Imports planning only."""
