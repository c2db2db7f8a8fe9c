mock_provider "auth0" {}

variables {
  gateway_secret   = "00000000000000000000000000000001"
  gateway_url      = "https://gateway.example.com"
  log_stream_token = "00000000000000000000000000000002"
  log_stream_url   = "https://log-stream.example.com"
}

run "agrees_with_the_functions" {
  command = plan

  assert {
    condition     = auth0_connection.sms.options[0].provider == "sms_gateway" && auth0_connection.sms.options[0].forward_request_info && auth0_connection.sms.options[0].gateway_url == "https://gateway.example.com"
    error_message = "Codes must go to the gateway, with the visitor's address."
  }
  assert {
    condition     = auth0_connection.sms.options[0].gateway_authentication[0].audience == "urn:sms-gateway" && auth0_connection.sms.options[0].gateway_authentication[0].subject == "urn:Auth0" && auth0_connection.sms.options[0].gateway_authentication[0].method == "bearer"
    error_message = "What Auth0 signs must be what the gateway checks by default."
  }
  assert {
    condition     = auth0_log_stream.feedback.sink[0].http_content_format == "JSONARRAY" && length(auth0_log_stream.feedback.filters) == 2 && length(auth0_log_stream.feedback.pii_config) == 0
    error_message = "Logins must arrive, as a list and unmasked."
  }
}

run "refused" {
  command = plan

  variables {
    gateway_secret   = "short"
    gateway_url      = "http://gateway.example.com"
    log_stream_token = "short"
    log_stream_url   = "log-stream.example.com"
    totp             = { length = 3 }
  }

  expect_failures = [var.gateway_secret, var.gateway_url, var.log_stream_token, var.log_stream_url, var.totp]
}
