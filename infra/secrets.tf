# The secrets themselves are made by bootstrap/ and their values written by
# make secrets: a function cannot be deployed before its secrets have a version.

locals {
  # By the name of the environment variable that the code reads. Each secret is
  # a directory of its own, and the variable NAME_FILE points into it.
  gateway_secrets = merge(
    {
      GATEWAY_SECRETS       = "gateway-secrets"
      TWILIO_API_KEY_SECRET = "gateway-twilio-api-key-secret"
    },
    local._shared_secrets,
  )
  log_stream_secrets = merge(
    {
      LOG_STREAM_TOKENS     = "log-stream-tokens"
      TWILIO_API_KEY_SECRET = "log-stream-twilio-api-key-secret"
    },
    local._shared_secrets,
  )
  # Its lines name no number, so it needs no key for pseudonyms.
  watch_secrets = {
    TWILIO_API_KEY_SECRET = "watch-twilio-api-key-secret"
  }
  _shared_secrets = (
    var.pseudonyms ? { NUMBER_HASH_KEY = "number-hash-key" } : {}
  )

  secret_names = [
    "gateway-secrets",
    "gateway-twilio-api-key-secret",
    "log-stream-tokens",
    "log-stream-twilio-api-key-secret",
    "number-hash-key",
    "watch-twilio-api-key-secret",
  ]
  _secret_ids = {
    for name in local.secret_names : name => "${local._name}-${name}"
  }
  _secret_path = "/etc/secrets"
}

# Twilio's keys are Twilio's to make; the others are generated when
# secret_versions asks for them and secret_values does not hold them.
ephemeral "random_password" "generated" {
  for_each = toset([
    for name in keys(var.secret_versions) : name
    if !endswith(name, "-twilio-api-key-secret")
  ])

  length  = 64
  special = false
}

resource "google_secret_manager_secret_version" "this" {
  for_each = var.secret_versions

  secret = "projects/${var.project_id}/secrets/${local._secret_ids[each.key]}"

  secret_data_wo = (
    contains(keys(var.secret_values), each.key)
    ? var.secret_values[each.key]
    : ephemeral.random_password.generated[each.key].result
  )
  secret_data_wo_version = each.value

  depends_on = [google_project_service.this]
}
