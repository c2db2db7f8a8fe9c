# What an operator may change of the functions: the name of the environment
# variable and the form of its value. What is not set keeps the default of the
# code, so no default stands here but those that a deployment has of its own.
locals {
  # The function by itself sets no bound: this one is for whoever pays. See
  # docs/adr/0008-lookup-bound-of-a-deployment.md.
  gateway_defaults = {
    LOOKUPS_PER_PREFIX_PER_MINUTE = "20"
  }

  _whole_number    = "^[0-9]{1,9}$"
  _positive_number = "^[1-9][0-9]{0,8}$"
  _percent         = "^([0-9]|[1-9][0-9]|100)$"
  _flag            = "^(true|false)$"
  _allow_deny      = "^(allow|deny)$"
  _channel         = "(sms|call|whatsapp|email)"
  _rate_limit      = "[A-Za-z0-9_.-]{1,64}:(ip_and_phone|phone|ip|phone_prefix|country|carrier|global)"

  _common_settings = {
    LOG_LEVEL           = "^(debug|info|notice|warning|error|critical)$"
    MAX_IN_FLIGHT       = local._positive_number
    TWILIO_API_BASE_URL = "^https://[^/?#@ ]+/?$"
  }

  gateway_settings = merge(local._common_settings, {
    BLOCKLIST_FAILURE             = local._allow_deny
    BLOCKLIST_MAX_STALE_SECONDS   = local._whole_number
    BLOCKLIST_TTL_SECONDS         = local._positive_number
    BLOCK_RESPONSE                = "^(error|silent)$"
    CODE_LENGTH                   = "^([4-9]|10)$"
    CODE_PATTERN                  = "^.+$"
    DEFAULT_CHANNEL               = "^${local._channel}$"
    ENABLED_CHANNELS              = "^${local._channel}( *, *${local._channel})*$"
    FAIL_OPEN_PER_MINUTE          = local._whole_number
    GATEWAY_JWT_AUDIENCE          = "^.+$"
    GATEWAY_JWT_MAX_AGE_SECONDS   = local._whole_number
    GATEWAY_JWT_REQUIRE_EXP       = local._flag
    GATEWAY_JWT_SUBJECT           = "^.*$"
    GATEWAY_SECRET_BASE64         = local._flag
    LOOKUP_CACHE_SECONDS          = local._whole_number
    LOOKUP_FAILURE                = local._allow_deny
    LOOKUPS_PER_PREFIX_PER_MINUTE = local._whole_number
    MAX_SENDS_PER_NUMBER          = local._positive_number
    RATE_LIMITS                   = "^(${local._rate_limit}( *, *${local._rate_limit})*)?$"
    # The Action for Auth0 gives up after 17 s and calls again: an answer that
    # comes later has sent the code twice. A second is left for the way.
    REQUEST_DEADLINE_MS = "^([1-9][0-9]{3}|1[0-5][0-9]{3}|16000)$"
    RESEND_STRATEGY     = "^(cancel|reuse)$"
    UNKNOWN_CARRIER     = local._allow_deny
  })

  log_stream_settings = merge(local._common_settings, {
    # The function itself ends after 60 s.
    BATCH_DEADLINE_MS        = "^([1-9][0-9]{3}|[1-5][0-9]{4})$"
    FEEDBACK_CONCURRENCY     = local._positive_number
    FEEDBACK_MAX_AGE_SECONDS = local._positive_number
    OTP_CONNECTIONS          = "^[^, ]+( *, *[^, ]+)*$"
    SUCCESS_EVENTS           = "^[a-z_]+( *, *[a-z_]+)*$"
  })

  watch_settings = merge(local._common_settings, {
    WATCH_CONVERSION_PERCENT = local._percent
    # The function itself ends after 120 s.
    WATCH_DEADLINE_MS              = "^([1-9][0-9]{3}|[1-9][0-9]{4}|10[0-9]{4})$"
    WATCH_INTERVAL_MINUTES         = "^([1-9]|[12][0-9]|30)$"
    WATCH_MIN_OTHER_ATTEMPTS       = local._positive_number
    WATCH_MIN_SENDS                = local._positive_number
    WATCH_OTHER_CONVERSION_PERCENT = local._percent
  })
}
