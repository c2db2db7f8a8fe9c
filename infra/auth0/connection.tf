# For tenants that may use the custom SMS gateway (created before March 2025).
# One that exists is taken over first:
#   terraform import auth0_connection.sms con_…
# On all other tenants, and to leave options of your own as they are, use
#   npx verify-gateway setup auth0
resource "auth0_connection" "sms" {
  name     = var.connection_name
  strategy = "sms"

  options {
    name                   = var.connection_name
    provider               = "sms_gateway"
    gateway_url            = var.gateway_url
    forward_request_info   = true
    brute_force_protection = true
    syntax                 = "liquid"
    # Made for the gateway: nobody reads it, as Verify sends a text of its own.
    template = "c={{ code }}\nl={{ request_language }}\na={{ application.name }}"

    totp {
      length    = var.totp.length
      time_step = var.totp.time_step
    }

    gateway_authentication {
      method                = "bearer"
      audience              = var.jwt.audience
      subject               = var.jwt.subject
      secret                = var.gateway_secret
      secret_base64_encoded = var.jwt.secret_base64_encoded
    }
  }
}
