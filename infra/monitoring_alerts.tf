# Each alert has a playbook of the same name in docs/playbooks, and each
# playbook an alert: a test compares.

locals {
  _alerts = {
    authentication-failures = {
      title    = "Requests with a wrong credential"
      severity = "ERROR"
      query    = "sum(increase(${local._series.request_refused}{code=\"unauthenticated\"}[10m])) > ${var.alert_thresholds.authentication_failures}"
      for      = "0s"
    }
    blocked-spike = {
      title    = "Many codes are blocked"
      severity = "WARNING"
      query    = "sum(increase(${local._series.otp_blocked}[15m])) > ${var.alert_thresholds.blocked}"
      for      = "0s"
    }
    # Nothing approved is no series at all, so the ratio is on the right of
    # unless: what has no ratio stays.
    conversion-collapse = {
      title    = "Codes of a country are not used"
      severity = "CRITICAL"
      query = join(" ", [
        "(sum by (country) (increase(${local._series.otp_sent}[1h])) > ${var.alert_thresholds.conversion_min_sent})",
        "unless on (country)",
        "(sum by (country) (increase(${local._series.feedback_approved}[1h]))",
        "/ on (country) sum by (country) (increase(${local._series.otp_sent}[1h]))",
        "> ${var.alert_thresholds.conversion_ratio})",
      ])
      for = "600s"
    }
    feedback-failing = {
      title    = "Logins are not reported to Verify"
      severity = "ERROR"
      query    = "sum(increase(${local._series.feedback_failed}[15m])) > ${var.alert_thresholds.feedback_failed}"
      for      = "0s"
    }
    misconfiguration = {
      title    = "Something is set up wrongly"
      severity = "CRITICAL"
      query    = "(sum(increase(${local._series.config_fault}[10m])) > 0) or (sum(increase(${local._series.misconfigured}[10m])) > 0)"
      for      = "0s"
    }
    provider-errors = {
      title    = "Twilio fails"
      severity = "ERROR"
      query    = "sum(increase(${local._series.otp_failed}{code=~\"provider_error|provider_timeout|unavailable\"}[10m])) > ${var.alert_thresholds.provider_errors}"
      for      = "0s"
    }
    slow-answers = {
      title    = "Codes are sent slowly"
      severity = "WARNING"
      query    = "histogram_quantile(0.95, sum by (le) (rate(${local._series.otp_latency}_bucket[10m]))) > ${var.alert_thresholds.latency_p95_ms}"
      for      = "600s"
    }
    stale-rules = {
      title    = "The rules cannot be read"
      severity = "ERROR"
      query    = "sum(increase(${local._series.rules_stale}[15m])) > 3"
      for      = "0s"
    }
    # The scheduler repeats a run that fails once, so three that fail are six
    # lines. A run that never came is no series at all.
    watch-failing = {
      title    = "Watch does not run, or fails"
      severity = "ERROR"
      query    = "(sum(increase(${local._series.watch_failed}[${local._watch_patience}])) > 4) or absent(sum(increase(${local._series.watch_runs}[${local._watch_patience}])) > 0)"
      for      = "${120 * local._watch_interval}s"
    }
    watch-feedback-broken = {
      title    = "Watch cannot tell whether logins are reported"
      severity = "ERROR"
      query    = "sum(increase(${local._series.watch_feedback_broken}[${local._watch_patience}])) > 0"
      for      = "0s"
    }
  }

  # Three runs.
  _watch_patience = "${3 * local._watch_interval}m"
}

resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.alert_emails)

  display_name = "${local._name}: ${each.value}"
  type         = "email"

  labels = {
    email_address = each.value
  }

  depends_on = [google_project_service.this]
}

resource "google_monitoring_alert_policy" "this" {
  # Those of watch only where it runs.
  for_each = {
    for name, alert in local._alerts : name => alert
    if var.watch_enabled || !startswith(name, "watch-")
  }

  display_name          = "${local._name}: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  conditions {
    display_name = each.value.title

    condition_prometheus_query_language {
      query               = each.value.query
      duration            = each.value.for
      evaluation_interval = "60s"
      # A metric is there from its first line on, an alert before that.
      disable_metric_validation = true
    }
  }

  alert_strategy {
    auto_close = "3600s"
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "${local._name}: ${each.value.title}"
    content = join(" ", [
      "What to look at, which rule to add, how to undo it:",
      var.playbooks_url == null
      ? "docs/playbooks/${each.key}.md in the repository that this was deployed from."
      : "${var.playbooks_url}/${each.key}.md",
    ])
  }

  depends_on = [google_logging_metric.this]
}
