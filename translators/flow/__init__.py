"""How a row is made: pieces asked for and put together, gates held against limits, a repair, and the record of it."""
