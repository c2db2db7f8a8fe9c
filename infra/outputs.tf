output "auth0_connection_options" {
  description = "What to merge into the options of the Auth0 connection sms (a PATCH replaces the whole of them), and the key to add, which gateway_secret_command shows."
  value = {
    provider         = "sms_gateway"
    gateway_url      = google_cloudfunctions2_function.gateway.service_config[0].uri
    forward_req_info = true
    syntax           = "liquid"
    template         = "c={{ code }}\nl={{ request_language }}\na={{ application.name }}"
    gateway_authentication = merge(
      {
        method                = "bearer"
        audience              = lookup(var.gateway_settings, "GATEWAY_JWT_AUDIENCE", "urn:sms-gateway")
        secret_base64_encoded = lookup(var.gateway_settings, "GATEWAY_SECRET_BASE64", "false") == "true"
      },
      local._jwt_subject == "" ? {} : { subject = local._jwt_subject },
    )
  }
}

output "auth0_log_stream" {
  description = "The Auth0 log stream to create. Its authorization is what log_stream_token_command shows."
  value = {
    name = "twilio-verify-feedback"
    type = "http"
    sink = {
      httpEndpoint      = google_cloudfunctions2_function.log_stream.service_config[0].uri
      httpContentType   = "application/json"
      httpContentFormat = "JSONARRAY"
    }
    filters = [
      { type = "category", name = "auth.login.success" },
      { type = "category", name = "auth.token_exchange.success" },
    ]
  }
}

output "console_links" {
  description = "Pages of the Google Cloud console."
  value = {
    rules = "https://console.cloud.google.com/firestore/databases/${google_firestore_database.this.name}/data/panel/blocklist?project=${var.project_id}"
    logs  = "https://console.cloud.google.com/logs/query;query=${replace(urlencode(trimspace(local._logs_query)), "+", "%20")}?project=${var.project_id}"
  }
}

output "database" {
  description = "Name of the Firestore database."
  value       = google_firestore_database.this.name
}

output "fail_open_sends_per_hour" {
  description = "The most codes in an hour that are sent although a check failed: FAIL_OPEN_PER_MINUTE on every instance of the gateway there may be."
  value       = 60 * tonumber(lookup(var.gateway_settings, "FAIL_OPEN_PER_MINUTE", "60")) * local._gateway_size.max_instances
}

output "gateway_secret_command" {
  description = "Shows the key that Auth0 signs with: the first line is the newest."
  value       = "gcloud secrets versions access latest --secret=${local._secret_ids["gateway-secrets"]} --project=${var.project_id} | head -n 1"
}

output "gateway_url" {
  description = "Address of the gateway."
  value       = google_cloudfunctions2_function.gateway.service_config[0].uri
}

output "log_stream_token_command" {
  description = "Shows the authorization of the log stream: the first line is the newest."
  value       = "gcloud secrets versions access latest --secret=${local._secret_ids["log-stream-tokens"]} --project=${var.project_id} | head -n 1"
}

output "log_stream_url" {
  description = "Address of the function log-stream."
  value       = google_cloudfunctions2_function.log_stream.service_config[0].uri
}

output "source_object" {
  description = "The archive that is deployed, named after its hash."
  value       = google_storage_bucket_object.source.name
}

locals {
  _function_names = concat(
    [google_cloudfunctions2_function.gateway.name, google_cloudfunctions2_function.log_stream.name],
    google_cloudfunctions2_function.watch[*].name,
  )
  _jwt_subject = lookup(var.gateway_settings, "GATEWAY_JWT_SUBJECT", "urn:Auth0")
  _logs_query  = <<-EOT
    resource.type="cloud_run_revision"
    resource.labels.service_name=(${join(" OR ", [for name in local._function_names : "\"${name}\""])})
    jsonPayload.event:*
  EOT
}
