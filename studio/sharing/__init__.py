"""Links that a visitor gives away: to one video, and once to the whole gallery.

What a link shows is read through the job: no video, no link. Opening a link by GET uses nothing up. Who took
whose place by one, or by beginning anew, is remembered for what old tabs still order.
"""

__all__ = ["gallery_links", "shares", "successions"]
