# What the log lines of the functions say, counted; a page to look at; and when
# to wake somebody. The names of the events are those of functions/http/log.ts,
# and a test builds real lines and compares.

locals {
  # By name: the events that are counted, only those with one of the codes where
  # there are any, the labels by which they are told apart, and the field whose
  # value is measured where it is more than a count.
  _metrics = {
    config_fault = {
      description = "A start, a credential or a new secret that failed"
      events      = ["config.fault"]
      codes       = []
      labels      = {}
      value       = null
    }
    feedback_approved = {
      description = "Logins that were reported to Verify"
      events      = ["feedback.approved"]
      codes       = []
      labels      = { country = "jsonPayload.country" }
      value       = null
    }
    feedback_failed = {
      description = "Logins that could not be reported"
      events      = ["feedback.failed"]
      codes       = []
      labels      = { code = "jsonPayload.code" }
      value       = null
    }
    misconfigured = {
      description = "Requests that failed by our own fault"
      events      = ["otp.failed", "request.refused", "feedback.failed"]
      codes       = ["misconfigured", "internal"]
      labels      = { code = "jsonPayload.code" }
      value       = null
    }
    otp_blocked = {
      description = "Codes that a rule or Twilio's own blocks stopped"
      events      = ["otp.blocked", "otp.suppressed", "otp.failed"]
      codes       = ["blocked", "blocked_by_provider"]
      labels = {
        code    = "jsonPayload.code"
        country = "jsonPayload.country"
        rule    = "jsonPayload.rule"
      }
      value = null
    }
    otp_failed = {
      description = "Codes that could not be sent"
      events      = ["otp.failed"]
      codes       = []
      labels = {
        code    = "jsonPayload.code"
        country = "jsonPayload.country"
      }
      value = null
    }
    otp_latency = {
      description = "How long a request for a code took, in milliseconds"
      events      = ["otp.sent", "otp.monitored", "otp.failed"]
      codes       = []
      labels      = {}
      value       = "jsonPayload.durationMs"
    }
    otp_monitored = {
      description = "Codes that a rule on trial would have stopped"
      events      = ["otp.monitored"]
      codes       = []
      labels = {
        country = "jsonPayload.country"
        rule    = "jsonPayload.rule"
      }
      value = null
    }
    otp_network = {
      description = "Requests by the network that serves the number"
      events      = ["otp.sent", "otp.monitored", "otp.blocked", "otp.suppressed", "otp.failed"]
      codes       = []
      labels = {
        carrier = "jsonPayload.carrier"
        event   = "jsonPayload.event"
        mcc     = "jsonPayload.mcc"
        mnc     = "jsonPayload.mnc"
      }
      value = null
    }
    otp_sent = {
      description = "Codes that were sent"
      events      = ["otp.sent", "otp.monitored"]
      codes       = []
      labels = {
        channel = "jsonPayload.channel"
        country = "jsonPayload.country"
      }
      value = null
    }
    request_refused = {
      description = "Requests that were turned away before anything was decided"
      events      = ["request.refused"]
      codes       = []
      labels      = { code = "jsonPayload.code" }
      value       = null
    }
    rules_age = {
      description = "Age of the rules in force while they cannot be read, in seconds"
      events      = ["rules.stale"]
      codes       = []
      labels      = {}
      value       = "jsonPayload.rulesAge"
    }
    rules_stale = {
      description = "Rules that could not be read again"
      events      = ["rules.stale"]
      codes       = []
      labels      = {}
      value       = null
    }
    watch_failed = {
      description = "Runs of watch that failed, and rules that it could not write"
      events      = ["watch.report", "watch.rule"]
      codes       = ["internal", "misconfigured", "provider_error", "provider_timeout", "unavailable"]
      labels      = { code = "jsonPayload.code" }
      value       = null
    }
    watch_feedback_broken = {
      description = "Runs of watch that could not tell whether logins are reported"
      events      = ["watch.feedback_broken"]
      codes       = []
      labels      = { code = "jsonPayload.code" }
      value       = null
    }
    watch_runs = {
      description = "Runs of watch, whatever came of them"
      events      = ["watch.report"]
      codes       = []
      labels      = { outcome = "jsonPayload.outcome" }
      value       = null
    }
  }

  _services = join(" OR ", [
    for name in ["gateway", "log-stream", "watch"] : "\"${local._name}-${name}\""
  ])
  _metric_filters = {
    for name, metric in local._metrics : name => join(" AND ", compact([
      "resource.type=\"cloud_run_revision\"",
      "resource.labels.service_name=(${local._services})",
      "jsonPayload.event=(${join(" OR ", [for event in metric.events : "\"${event}\""])})",
      length(metric.codes) == 0 ? "" : "jsonPayload.code=(${join(" OR ", [for code in metric.codes : "\"${code}\""])})",
    ]))
  }
  # How PromQL names them:
  # https://cloud.google.com/monitoring/promql/promql-mapping
  _series = {
    for name, metric in local._metrics :
    name => "logging_googleapis_com:user_${replace(local._name, "-", "_")}_${name}"
  }
}

resource "google_logging_metric" "this" {
  for_each = local._metrics

  name        = "${replace(local._name, "-", "_")}_${each.key}"
  description = each.value.description
  filter      = local._metric_filters[each.key]

  value_extractor = each.value.value == null ? null : "EXTRACT(${each.value.value})"
  label_extractors = {
    for label, field in each.value.labels :
    label => "EXTRACT(${field})"
  }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = each.value.value == null ? "INT64" : "DISTRIBUTION"
    unit        = "1"

    dynamic "labels" {
      for_each = each.value.labels

      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }

  dynamic "bucket_options" {
    for_each = each.value.value == null ? [] : [each.value.value]

    content {
      exponential_buckets {
        num_finite_buckets = 40
        growth_factor      = 1.4
        scale              = 1
      }
    }
  }

  depends_on = [google_project_service.this]
}
