"""The courier: from alerts on the stream to signed webhooks that arrive.

```
alerts ──source──▶ accept ──▶ outbox (SQLite) ──due──▶ sign ──▶ attempt ──▶ decide ──▶ delivered
                  (payload)        ▲                                          │
                                   └────────────── again, later ◀─────────────┤
                                                              deliveries.failed ◀── dead
```

`payload`, `signing` and `schedule` only decide; `store`, `subscriptions` and `outbox` keep; `attempt`, `source` and
`letters` touch the world; `dispatch` and `courier` put them in order.
"""
