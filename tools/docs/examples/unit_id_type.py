import statsig_pulumi as statsig

company = statsig.UnitIDType(
    "company",
    name="companyID",
    description="The company that a user belongs to",
)

statsig.Gate("invoices", name="invoices", id_type=company.name)
