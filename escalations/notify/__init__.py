"""How alerts reach people: whom each kind concerns, the channels, and the guard on what is sent outside."""
