variable "connection_name" {
  description = "Name of the connection. Any other than sms is invisible in Auth0's dashboard and to /passwordless/start."
  type        = string
  default     = "sms"
  nullable    = false
}

variable "gateway_secret" {
  description = "The newest of GATEWAY_SECRETS: the first line of what the output gateway_secret_command of infra/ shows. It is stored in the state of this root."
  type        = string
  sensitive   = true
  nullable    = false

  validation {
    condition     = length(var.gateway_secret) >= 32
    error_message = "The gateway_secret must be at least 32 characters long."
  }
}

variable "gateway_url" {
  description = "The output gateway_url of infra/."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.gateway_url, "https://")
    error_message = "The gateway_url must begin with https://."
  }
}

variable "jwt" {
  description = "What Auth0 signs: as GATEWAY_JWT_AUDIENCE, GATEWAY_JWT_SUBJECT and GATEWAY_SECRET_BASE64 of the gateway."
  type = object({
    audience              = optional(string, "urn:sms-gateway")
    subject               = optional(string, "urn:Auth0")
    secret_base64_encoded = optional(bool, false)
  })
  default  = {}
  nullable = false
}

variable "log_stream_token" {
  description = "The newest of LOG_STREAM_TOKENS: the first line of what the output log_stream_token_command of infra/ shows. It is stored in the state of this root."
  type        = string
  sensitive   = true
  nullable    = false

  validation {
    condition     = length(var.log_stream_token) >= 32
    error_message = "The log_stream_token must be at least 32 characters long."
  }
}

variable "log_stream_url" {
  description = "The output log_stream_url of infra/."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.log_stream_url, "https://")
    error_message = "The log_stream_url must begin with https://."
  }
}

variable "totp" {
  description = "Codes: how many digits (CODE_LENGTH of the gateway where the template is for people), and for how many seconds they are good."
  type = object({
    length    = optional(number, 6)
    time_step = optional(number, 180)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.totp.length >= 4 && var.totp.length <= 10
    error_message = "Verify sends codes of 4 to 10 digits."
  }
}
