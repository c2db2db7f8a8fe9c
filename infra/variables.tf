variable "alert_emails" {
  description = "Who is written to when an alert fires. Empty: alerts are shown in the console only."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for email in var.alert_emails : can(regex("^[^@ ]+@[^@ ]+[.][^@ ]+$", email))])
    error_message = "Every one of the alert_emails must be an e-mail address."
  }
}

variable "alert_thresholds" {
  description = "From when on an alert fires: counts in the time that its query in monitoring_alerts.tf names. conversion_ratio is the share of codes of a country that must be used, asked from conversion_min_sent codes in an hour on."
  type = object({
    authentication_failures = optional(number, 20)
    blocked                 = optional(number, 50)
    conversion_min_sent     = optional(number, 30)
    conversion_ratio        = optional(number, 0.2)
    feedback_failed         = optional(number, 10)
    latency_p95_ms          = optional(number, 5000)
    provider_errors         = optional(number, 10)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, value in var.alert_thresholds : value >= 0]) && var.alert_thresholds.conversion_ratio < 1
    error_message = "The alert_thresholds must not be negative, and conversion_ratio must be less than 1."
  }
}

variable "allow_unauthenticated" {
  description = "Whether anybody may call the functions, which check the caller themselves. Auth0 has no Google identity, so false makes them unreachable for it. See docs/operations.md for organisations with domain-restricted sharing."
  type        = bool
  default     = true
  nullable    = false
}

variable "database_location" {
  description = "Where the Firestore database lies: a region, or eur3 or nam5. It can never be changed. Default: the region of the functions."
  type        = string
  default     = null

  validation {
    condition     = var.database_location == null || can(regex("^(eur3|nam5|nam7|[a-z]+-[a-z]+[0-9]{1,2})$", var.database_location))
    error_message = "The database_location must be a region such as europe-west1, or one of the multi-regions eur3, nam5 and nam7."
  }
}

variable "environment" {
  description = "Name of the environment; it is part of every name. The environment prod gets the sizes and the protection of production, every other one those of development."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,7}$", var.environment))
    error_message = "The environment must be 2 to 8 lower-case letters and digits and start with a letter, such as dev or prod."
  }
}

variable "gateway" {
  description = "Size of the function gateway. cpu in vCPUs, memory such as 512Mi, concurrency in requests per instance. The largest number of instances is the brake on cost."
  type = object({
    cpu           = optional(number)
    memory        = optional(string)
    concurrency   = optional(number)
    min_instances = optional(number)
    max_instances = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.gateway.cpu == null || contains([1, 2, 4], coalesce(var.gateway.cpu, 1))
    error_message = "The gateway needs 1, 2 or 4 vCPUs: with less than one an instance serves a single request at a time."
  }
  validation {
    condition     = can(regex("^512Mi$|^[124]Gi$", coalesce(var.gateway.memory, "512Mi")))
    error_message = "The memory of the gateway must be one of 512Mi, 1Gi, 2Gi and 4Gi: under load an instance has come to 246 MiB."
  }
  # https://cloud.google.com/run/docs/configuring/services/cpu
  validation {
    condition     = coalesce(var.gateway.cpu, 1) < 4 || contains(["2Gi", "4Gi"], coalesce(var.gateway.memory, local._sizes.gateway.memory))
    error_message = "The gateway needs a memory of 2Gi or 4Gi with 4 vCPUs: Cloud Run refuses less."
  }
  validation {
    condition     = coalesce(var.gateway.concurrency, 1) >= 1 && coalesce(var.gateway.concurrency, 1) <= 200 && floor(coalesce(var.gateway.concurrency, 1)) == coalesce(var.gateway.concurrency, 1)
    error_message = "The concurrency of the gateway must be a whole number from 1 to 200."
  }
  validation {
    condition     = coalesce(var.gateway.max_instances, 1) >= 1 && coalesce(var.gateway.max_instances, 1) <= 100 && floor(coalesce(var.gateway.max_instances, 1)) == coalesce(var.gateway.max_instances, 1)
    error_message = "The largest number of instances of the gateway must be a whole number from 1 to 100."
  }
  validation {
    condition     = try(var.gateway.min_instances, null) == null ? true : var.gateway.min_instances >= 0 && var.gateway.min_instances <= coalesce(var.gateway.max_instances, local._sizes.gateway.max_instances) && floor(var.gateway.min_instances) == var.gateway.min_instances
    error_message = "The smallest number of instances of the gateway must be a whole number from 0 to its largest."
  }
}

variable "gateway_settings" {
  description = "Environment variables of the gateway that differ from their defaults, such as { ENABLED_CHANNELS = \"sms,call\" }. The names and their forms are in settings.tf. One default is that of a deployment and not of the code: LOOKUPS_PER_PREFIX_PER_MINUTE is 20; \"0\" takes the bound away."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.gateway_settings), keys(local.gateway_settings))) == 0
    error_message = "The gateway has no setting of this name: ${join(", ", setsubtract(keys(var.gateway_settings), keys(local.gateway_settings)))}. The names are in settings.tf; secrets never belong there."
  }
  validation {
    condition     = alltrue([for name, value in var.gateway_settings : can(regex(lookup(local.gateway_settings, name, ""), value))])
    error_message = "These settings of the gateway have a value without the form that settings.tf gives them: ${join(", ", [for name, value in var.gateway_settings : name if !can(regex(lookup(local.gateway_settings, name, ""), value))])}."
  }
  validation {
    condition     = can(regex(local.gateway_settings.REQUEST_DEADLINE_MS, lookup(var.gateway_settings, "REQUEST_DEADLINE_MS", "15000")))
    error_message = "The REQUEST_DEADLINE_MS of the gateway must be from 1000 to 16000: the Action for Auth0 gives up after 17 s and calls again, so that a later answer would have sent the code twice."
  }
}

variable "grant_propagation" {
  description = "How long to wait between granting roles and deploying what needs them: Google puts grants into force within a minute or two. Waited for only when a grant changes."
  type        = string
  default     = "90s"
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{1,3}s$", var.grant_propagation))
    error_message = "The grant_propagation must be a number of seconds such as 90s."
  }
}

variable "log_stream" {
  description = "Size of the function log-stream. A request may carry 32 MiB, so the concurrency is low and the memory must hold that many bodies, parsed."
  type = object({
    cpu           = optional(number)
    memory        = optional(string)
    concurrency   = optional(number)
    min_instances = optional(number)
    max_instances = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([1, 2, 4], coalesce(var.log_stream.cpu, 1))
    error_message = "The function log-stream needs 1, 2 or 4 vCPUs: with less than one an instance serves a single request at a time."
  }
  validation {
    condition     = can(regex("^512Mi$|^[124]Gi$", coalesce(var.log_stream.memory, "1Gi")))
    error_message = "The memory of the function log-stream must be one of 512Mi, 1Gi, 2Gi and 4Gi."
  }
  # As for the gateway.
  validation {
    condition     = coalesce(var.log_stream.cpu, 1) < 4 || contains(["2Gi", "4Gi"], coalesce(var.log_stream.memory, local._sizes.log_stream.memory))
    error_message = "The function log-stream needs a memory of 2Gi or 4Gi with 4 vCPUs: Cloud Run refuses less."
  }
  validation {
    condition     = coalesce(var.log_stream.concurrency, 1) >= 1 && coalesce(var.log_stream.concurrency, 1) <= 16 && floor(coalesce(var.log_stream.concurrency, 1)) == coalesce(var.log_stream.concurrency, 1)
    error_message = "The concurrency of the function log-stream must be a whole number from 1 to 16, as its bodies are large."
  }
  validation {
    condition     = coalesce(var.log_stream.max_instances, 1) >= 1 && coalesce(var.log_stream.max_instances, 1) <= 100 && floor(coalesce(var.log_stream.max_instances, 1)) == coalesce(var.log_stream.max_instances, 1)
    error_message = "The largest number of instances of the function log-stream must be a whole number from 1 to 100."
  }
  validation {
    condition     = try(var.log_stream.min_instances, null) == null ? true : var.log_stream.min_instances >= 0 && var.log_stream.min_instances <= coalesce(var.log_stream.max_instances, local._sizes.log_stream.max_instances) && floor(var.log_stream.min_instances) == var.log_stream.min_instances
    error_message = "The smallest number of instances of the function log-stream must be a whole number from 0 to its largest."
  }
}

variable "log_stream_settings" {
  description = "Environment variables of log-stream that differ from their defaults, such as { OTP_CONNECTIONS = \"sms,email\" }. The names and their forms are in settings.tf."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.log_stream_settings), keys(local.log_stream_settings))) == 0
    error_message = "The function log-stream has no setting of this name: ${join(", ", setsubtract(keys(var.log_stream_settings), keys(local.log_stream_settings)))}. The names are in settings.tf; secrets never belong there."
  }
  validation {
    condition     = alltrue([for name, value in var.log_stream_settings : can(regex(lookup(local.log_stream_settings, name, ""), value))])
    error_message = "These settings of the function log-stream have a value that it would refuse at its start: ${join(", ", [for name, value in var.log_stream_settings : name if !can(regex(lookup(local.log_stream_settings, name, ""), value))])}."
  }
}

variable "playbooks_url" {
  description = "Where docs/playbooks can be read, for the link in each alert: the address of that folder in your repository. Default: an alert names its playbook, without a link."
  type        = string
  default     = null

  validation {
    condition     = var.playbooks_url == null || can(regex("^https://.*[^/]$", var.playbooks_url))
    error_message = "The playbooks_url must be an address that begins with https:// and does not end with a slash."
  }
}

variable "prefix" {
  description = "First part of every name. It must be the same in bootstrap/."
  type        = string
  default     = "verify"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,7}$", var.prefix))
    error_message = "The prefix must be 2 to 8 lower-case letters and digits and start with a letter."
  }
}

variable "project_id" {
  description = "Id of the Google Cloud project, not its name or its number."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "The project_id must be the id of a Google Cloud project: 6 to 30 lower-case letters, digits and hyphens, starting with a letter."
  }
}

variable "protect_data" {
  description = "Whether the database refuses to be deleted, is left behind by a destroy and can be wound back to any minute of the last 7 days (which is billed). Default: only in prod."
  type        = bool
  default     = null
}

variable "pseudonyms" {
  description = "Whether the functions get the key NUMBER_HASH_KEY, which makes numbers recognisable in the logs without showing them."
  type        = bool
  default     = true
  nullable    = false
}

variable "region" {
  description = "Region of the functions, near the Auth0 tenant."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "The region must be a Google Cloud region such as europe-west1."
  }
}

variable "runtime" {
  description = "Runtime of both functions."
  type        = string
  default     = "nodejs24"
  nullable    = false

  validation {
    condition     = contains(["nodejs22", "nodejs24"], var.runtime)
    error_message = "The runtime must be nodejs24 or nodejs22: Google no longer deploys older ones."
  }
}

variable "secret_values" {
  description = "Values of the secrets that secret_versions names, by the same names. They are used once, and neither plan nor state holds them."
  type        = map(string)
  default     = {}
  ephemeral   = true
  sensitive   = true
  nullable    = false

  validation {
    condition     = alltrue([for value in values(var.secret_values) : length(value) >= 32 && value == trimspace(value)])
    error_message = "Every one of the secret_values must be at least 32 characters long, without space before or behind it."
  }
}

variable "secret_versions" {
  description = "Secrets whose value Terraform itself writes, and a number for each that is raised to write it anew. Empty by default, because make secrets writes them. A secret that is not Twilio's is generated where secret_values does not hold it."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.secret_versions), local.secret_names)) == 0
    error_message = "The secret_versions may name only these secrets: ${join(", ", local.secret_names)}."
  }
  validation {
    condition     = alltrue([for name in keys(var.secret_versions) : contains(keys(var.secret_values), name) || !endswith(name, "-twilio-api-key-secret")])
    error_message = "Terraform cannot write the secret of a Twilio API key that secret_values does not hold: Twilio makes it, and shows it once."
  }
}

variable "source_archive" {
  description = "Path of the archive that make build writes."
  type        = string
  default     = "../build/source.zip"
  nullable    = false
}

variable "twilio" {
  description = "Identifiers at Twilio, none of them secret: the account, the Verify service, and the id of the API key of each function. The versions pin the secret of a key, so that a deploy can change key and secret together."
  type = object({
    account_sid            = string
    verify_service_sid     = string
    gateway_api_key_sid    = string
    log_stream_api_key_sid = string

    gateway_api_key_secret_version    = optional(string, "latest")
    log_stream_api_key_secret_version = optional(string, "latest")

    # Only where watch_enabled is true.
    watch_api_key_sid            = optional(string)
    watch_api_key_secret_version = optional(string, "latest")
  })
  nullable = false

  validation {
    condition     = can(regex("^AC[0-9a-f]{32}$", var.twilio.account_sid))
    error_message = "The account_sid of twilio must be AC and 32 hexadecimal digits."
  }
  validation {
    condition     = can(regex("^VA[0-9a-f]{32}$", var.twilio.verify_service_sid))
    error_message = "The verify_service_sid of twilio must be VA and 32 hexadecimal digits."
  }
  validation {
    condition     = can(regex("^SK[0-9a-f]{32}$", var.twilio.gateway_api_key_sid)) && can(regex("^SK[0-9a-f]{32}$", var.twilio.log_stream_api_key_sid))
    error_message = "The gateway_api_key_sid and log_stream_api_key_sid of twilio must be SK and 32 hexadecimal digits."
  }
  validation {
    condition     = var.twilio.gateway_api_key_sid != var.twilio.log_stream_api_key_sid
    error_message = "Each function needs a restricted API key of its own at twilio: gateway_api_key_sid and log_stream_api_key_sid must differ."
  }
  validation {
    condition = alltrue([
      for version in [var.twilio.gateway_api_key_secret_version, var.twilio.log_stream_api_key_secret_version, var.twilio.watch_api_key_secret_version] :
      can(regex("^(latest|[1-9][0-9]*)$", version))
    ])
    error_message = "The gateway_api_key_secret_version, log_stream_api_key_secret_version and watch_api_key_secret_version of twilio must be latest or the number of a version."
  }
  validation {
    condition     = var.twilio.watch_api_key_sid == null ? !var.watch_enabled : can(regex("^SK[0-9a-f]{32}$", var.twilio.watch_api_key_sid))
    error_message = "The watch_api_key_sid of twilio must be SK and 32 hexadecimal digits, and is needed where watch_enabled is true."
  }
  validation {
    condition     = var.twilio.watch_api_key_sid == null ? true : !contains([var.twilio.gateway_api_key_sid, var.twilio.log_stream_api_key_sid], var.twilio.watch_api_key_sid)
    error_message = "The watch_api_key_sid of twilio must be a restricted API key of its own, which may only read attempts."
  }
}

variable "watch_enabled" {
  description = "Whether the function watch runs: Cloud Scheduler calls it, and it writes expiring rules for networks whose codes are never used. It needs a Twilio API key of its own. What it does is set in the document settings/gateway; by default it blocks nobody."
  type        = bool
  default     = false
  nullable    = false
}

variable "watch_settings" {
  description = "Environment variables of watch that differ from their defaults, such as { WATCH_MIN_SENDS = \"50\" }. WATCH_INTERVAL_MINUTES is how often it runs. The names and their forms are in settings.tf."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.watch_settings), keys(local.watch_settings))) == 0
    error_message = "The function watch has no setting of this name: ${join(", ", setsubtract(keys(var.watch_settings), keys(local.watch_settings)))}. The names are in settings.tf; secrets never belong there."
  }
  validation {
    condition     = alltrue([for name, value in var.watch_settings : can(regex(lookup(local.watch_settings, name, ""), value))])
    error_message = "These settings of the function watch have a value that it would refuse at its start: ${join(", ", [for name, value in var.watch_settings : name if !can(regex(lookup(local.watch_settings, name, ""), value))])}."
  }
}
