"""Process plumbing of Millstream's services, with no domain noun in it."""
