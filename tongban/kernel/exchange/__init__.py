"""Other systems: what they are told (webhooks), what they fetch (the feed), what they push."""
