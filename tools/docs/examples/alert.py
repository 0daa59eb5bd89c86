import statsig_pulumi as statsig

statsig.Alert(
    "slow-checkout",
    name="Slow checkout",
    metrics=[{"event": "checkout_latency"}],
    condition="greater",
    warning_threshold=800,
    alert_threshold=1200,
    window_ms=60 * 60 * 1000,
    message="The checkout is slow",
    priority="P2",
)
