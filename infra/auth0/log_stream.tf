# No pii_config: user names hold the numbers. No is_priority, which the provider
# never sees as unchanged: https://github.com/auth0/terraform-provider-auth0/issues/1296
resource "auth0_log_stream" "feedback" {
  name   = "twilio-verify-feedback"
  type   = "http"
  status = "active"

  sink {
    http_endpoint       = var.log_stream_url
    http_authorization  = var.log_stream_token
    http_content_type   = "application/json"
    http_content_format = "JSONARRAY"
  }

  filters = [
    { type = "category", name = "auth.login.success" },
    { type = "category", name = "auth.token_exchange.success" },
  ]
}
