"""What the inbox tells the floors above, and every open screen."""

from comptoir.ground.events import Announcement

# A message from or to a customer stands in its thread. (message, live: whether it came just now)
message_received = Announcement("message_received")
# A member's message goes to the outbox, or is taken back, or changed its delivery state. (message)
message_held = Announcement("message_held")
message_taken_back = Announcement("message_taken_back")
message_delivered = Announcement("message_delivered")
# A note for colleagues was added. (message)
note_added = Announcement("note_added")
# A thread changed hands, tags, store, state or title. (thread, by)
thread_assigned = Announcement("thread_assigned")
thread_tagged = Announcement("thread_tagged")
thread_moved = Announcement("thread_moved")
thread_changed = Announcement("thread_changed")
thread_closed = Announcement("thread_closed")
thread_reopened = Announcement("thread_reopened")
thread_snoozed = Announcement("thread_snoozed")
thread_woken = Announcement("thread_woken")
