"""A shop analyses an experiment in its own warehouse: assignments, properties of users, and purchases."""

from pathlib import Path

import pulumi

import statsig_pulumi as statsig


def sql(name: str) -> str:
    """The query in the file of this name, beside the program."""
    return (Path(__file__).parent / f"{name}.sql").read_text()


units = [
    statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id"),
    statsig.IdTypeMapping(statsig_unit_id="companyID", column="company_id"),
]

shop = statsig.Tag("shop", name="shop", description="Between the basket and the receipt")

# The group of each user in each experiment.
exposures = statsig.AssignmentSource(
    "exposures",
    name="Exposures",
    description="What the shop's own experiment service assigned",
    tags=[shop.name],
    sql=sql("exposures"),
    timestamp_column="exposed_at",
    experiment_id_column="experiment",
    group_id_column="variant",
    id_type_mapping=units,
    scheduled_reload_hour=4,
    is_read_only=True,
)

# Properties of users, to break down results.
customers = statsig.EntityPropertySource(
    "customers",
    name="Customers",
    description="Country and plan of each customer, as of each day",
    tags=[shop.name],
    sql=sql("customers"),
    timestamp_column="day",
    timestamp_as_day=True,
    id_type_mapping=units[:1],
    is_read_only=True,
)

# Actions of users: a query, and a table that needs no query.
purchases = statsig.MetricSource(
    "purchases",
    name="Purchases",
    description="Every purchase that was paid",
    tags=[shop.name],
    sql=sql("purchases"),
    timestamp_column="paid_at",
    id_type_mapping=units,
    custom_field_mapping=[statsig.CustomFieldMapping(key="net_amount", formula="amount - vat")],
    is_read_only=True,
)

page_views = statsig.MetricSource(
    "page-views",
    name="Page views",
    description="Every page that was opened",
    tags=[shop.name],
    source_type="table",
    table_name="analytics.page_views",
    date_partition_column="day",
    timestamp_column="viewed_at",
    id_type_mapping=units[:1],
    is_read_only=True,
)

one_page = statsig.Experiment(
    "one-page",
    name="One page checkout",
    hypothesis="People who pay on one page finish more often",
    id_type="userID",
    tags=[shop.name],
    assignment_source_name=exposures.name,
    assignment_source_experiment_name="one_page_checkout",
    is_analysis_only=True,
    groups=[
        statsig.Group(name="Several pages", size=50, foreign_group_id="control"),
        statsig.Group(name="One page", size=50, foreign_group_id="one_page"),
    ],
    pre_computed_user_dimensions=[statsig.UserDimension(name="country", property_source=customers.name)],
)

pulumi.export("experiment", one_page.id)
pulumi.export("sources", [purchases.name, page_views.name])
