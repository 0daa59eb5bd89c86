"""A shop keeps the definitions of its metrics under review, and measures an experiment by them."""

import pulumi

import statsig_pulumi as statsig

core = statsig.Tag("shop-metrics", name="shop metrics", description="Metrics that the shop decides by")

# Sums and counts of events. The API cannot change these definitions: a preview refuses it and says what to do.
revenue = statsig.Metric(
    "revenue",
    name="Revenue / net (EUR)",
    type="sum",
    description="What customers pay, without VAT",
    tags=[core.name],
    unit_types=["userID", "companyID"],
    metric_events=[
        statsig.MetricEvent(
            name="purchase",
            type="metadata",
            metadata_key="net_amount",
            criteria=[
                statsig.MetricCriterion(type="metadata", column="currency", condition="=", target_values=["EUR"]),
            ],
        )
    ],
    is_verified=True,
)

purchases = statsig.Metric(
    "purchases",
    name="Purchases",
    type="event_count_custom",
    tags=[core.name],
    unit_types=["userID"],
    metric_events=[statsig.MetricEvent(name="purchase", type="count")],
)

refunds = statsig.Metric(
    "refunds",
    name="Refunds",
    type="event_count_custom",
    directionality="decrease",
    tags=[core.name],
    unit_types=["userID"],
    metric_events=[statsig.MetricEvent(name="refund", type="count")],
)

# A metric that is computed from others. They cannot be deleted before it.
payments = statsig.Metric(
    "payments",
    name="Purchases and refunds",
    type="composite_sum",
    tags=[core.name],
    unit_types=["userID"],
    metric_component_metrics=[
        statsig.MetricReference(name=purchases.name, type=purchases.type),
        statsig.MetricReference(name=refunds.name, type=refunds.type),
    ],
)

checkout = statsig.Metric(
    "checkout",
    name="Checkout: cart to receipt",
    type="funnel",
    tags=[core.name],
    funnel_count_distinct="users",
    funnel_event_list=[
        statsig.FunnelEvent(name="add_to_cart", type="event_dau"),
        statsig.FunnelEvent(name="open_checkout", type="event_dau"),
        statsig.FunnelEvent(name="purchase", type="event_dau"),
    ],
)

one_page = statsig.Experiment(
    "one-page",
    name="One page checkout",
    hypothesis="People who pay on one page finish more often",
    primary_metrics=[statsig.ExperimentMetric(name=checkout.name, type=checkout.type, direction="increase")],
    secondary_metrics=[
        statsig.ExperimentMetric(name=revenue.name, type=revenue.type),
        statsig.ExperimentMetric(name=payments.name, type=payments.type),
    ],
)

pulumi.export("experiment", one_page.id)
pulumi.export("metrics", [revenue.metric_id, checkout.metric_id])
