"""`tocsin demo`: the whole system on invented news, with no set-up and no internet."""
