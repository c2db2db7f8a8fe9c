# The containers alone. make secrets writes the values, so none of them ever
# passes through Terraform; who may read them is granted beside each function.
resource "google_secret_manager_secret" "this" {
  for_each = toset([
    "gateway-secrets",
    "gateway-twilio-api-key-secret",
    "log-stream-tokens",
    "log-stream-twilio-api-key-secret",
    "number-hash-key",
    "watch-twilio-api-key-secret",
  ])

  secret_id = "${local._name}-${each.value}"

  # A version destroyed by mistake can be brought back for a week.
  version_destroy_ttl = "604800s"
  deletion_protection = var.environment == "prod"

  replication {
    auto {}
  }

  depends_on = [google_project_service.this]
}
