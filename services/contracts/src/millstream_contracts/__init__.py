"""The words Millstream's services say to each other. Imports nothing of ours."""
