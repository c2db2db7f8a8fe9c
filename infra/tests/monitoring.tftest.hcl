# What is counted, and who is told.

mock_provider "google" {}

variables {
  project_id        = "demo-project"
  environment       = "dev"
  region            = "europe-west1"
  source_archive    = "tests/archives/one.txt"
  grant_propagation = "0s"
  secret_values     = {}
  twilio = {
    account_sid            = "AC00000000000000000000000000000000"
    verify_service_sid     = "VA00000000000000000000000000000000"
    gateway_api_key_sid    = "SK00000000000000000000000000000001"
    log_stream_api_key_sid = "SK00000000000000000000000000000002"
  }
}

run "counted" {
  command = plan

  assert {
    condition     = google_logging_metric.this["otp_sent"].filter == "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(\"verify-dev-gateway\" OR \"verify-dev-log-stream\" OR \"verify-dev-watch\") AND jsonPayload.event=(\"otp.sent\" OR \"otp.monitored\")"
    error_message = "A metric must count the lines of this environment's functions alone."
  }
  assert {
    condition     = alltrue([for name in ["otp_sent", "feedback_approved"] : google_logging_metric.this[name].label_extractors["country"] == "EXTRACT(jsonPayload.country)"])
    error_message = "Labels must be taken from fields."
  }
  assert {
    condition     = google_logging_metric.this["otp_latency"].metric_descriptor[0].value_type == "DISTRIBUTION" && google_logging_metric.this["otp_latency"].value_extractor == "EXTRACT(jsonPayload.durationMs)" && length(google_logging_metric.this["otp_latency"].bucket_options) == 1
    error_message = "A time must be measured, not counted."
  }
  assert {
    condition     = google_logging_metric.this["rules_stale"].metric_descriptor[0].value_type == "INT64" && length(google_logging_metric.this["rules_stale"].bucket_options) == 0
    error_message = "Lines must be counted."
  }
  assert {
    condition     = strcontains(google_logging_metric.this["misconfigured"].filter, "jsonPayload.code=(\"misconfigured\" OR \"internal\")")
    error_message = "A metric with codes must count those alone."
  }
  assert {
    condition     = alltrue([for policy in google_monitoring_alert_policy.this : length(policy.notification_channels) == 0])
    error_message = "Nobody is told who was not named."
  }
  assert {
    condition     = alltrue([for name, policy in google_monitoring_alert_policy.this : endswith(policy.documentation[0].content, ": docs/playbooks/${name}.md in the repository that this was deployed from.")])
    error_message = "Each alert must name its playbook, and link nothing where nobody said where playbooks are."
  }
  assert {
    condition     = strcontains(google_monitoring_alert_policy.this["conversion-collapse"].conditions[0].condition_prometheus_query_language[0].query, "unless on (country)")
    error_message = "Conversion must be judged for each country."
  }
  assert {
    condition     = alltrue([for policy in google_monitoring_alert_policy.this : strcontains(policy.conditions[0].condition_prometheus_query_language[0].query, "logging_googleapis_com:user_verify_dev_")])
    error_message = "Each alert must ask the metrics of its own environment."
  }
}

run "told" {
  command = apply

  variables {
    alert_emails     = ["one@example.com", "two@example.com"]
    alert_thresholds = { blocked = 7 }
    playbooks_url    = "https://example.com/playbooks"
  }

  assert {
    condition     = length(google_monitoring_alert_policy.this["blocked-spike"].notification_channels) == 2
    error_message = "Whoever is named must be told."
  }
  assert {
    condition     = endswith(google_monitoring_alert_policy.this["blocked-spike"].conditions[0].condition_prometheus_query_language[0].query, "> 7") && endswith(google_monitoring_alert_policy.this["provider-errors"].conditions[0].condition_prometheus_query_language[0].query, "> 10")
    error_message = "A threshold that is given must replace the default, and the others must keep theirs."
  }
  assert {
    condition     = endswith(google_monitoring_alert_policy.this["stale-rules"].documentation[0].content, ": https://example.com/playbooks/stale-rules.md")
    error_message = "The link must lead to where the playbooks are."
  }
}

run "without_watch" {
  command = plan

  assert {
    condition     = length([for name in keys(google_monitoring_alert_policy.this) : name if startswith(name, "watch-")]) == 0
    error_message = "Nobody must be told that a function does not run which is not there."
  }
}

run "watched" {
  command = plan

  variables {
    watch_enabled  = true
    watch_settings = { WATCH_INTERVAL_MINUTES = "10" }
    twilio = {
      account_sid            = "AC00000000000000000000000000000000"
      verify_service_sid     = "VA00000000000000000000000000000000"
      gateway_api_key_sid    = "SK00000000000000000000000000000001"
      log_stream_api_key_sid = "SK00000000000000000000000000000002"
      watch_api_key_sid      = "SK00000000000000000000000000000003"
    }
  }

  assert {
    condition     = google_logging_metric.this["watch_feedback_broken"].filter == "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(\"verify-dev-gateway\" OR \"verify-dev-log-stream\" OR \"verify-dev-watch\") AND jsonPayload.event=(\"watch.feedback_broken\")"
    error_message = "What watch says of broken feedback must be counted."
  }
  assert {
    condition     = google_monitoring_alert_policy.this["watch-feedback-broken"].conditions[0].condition_prometheus_query_language[0].query == "sum(increase(logging_googleapis_com:user_verify_dev_watch_feedback_broken[30m])) > 0"
    error_message = "One run that cannot tell whether logins are reported must raise the alarm."
  }
  assert {
    condition     = google_monitoring_alert_policy.this["watch-failing"].conditions[0].condition_prometheus_query_language[0].query == "(sum(increase(logging_googleapis_com:user_verify_dev_watch_failed[30m])) > 4) or absent(sum(increase(logging_googleapis_com:user_verify_dev_watch_runs[30m])) > 0)" && google_monitoring_alert_policy.this["watch-failing"].conditions[0].condition_prometheus_query_language[0].duration == "1200s"
    error_message = "Three runs that failed or never came must raise the alarm, whatever the interval."
  }
}

run "refused" {
  command = plan

  variables {
    alert_emails     = ["nobody"]
    alert_thresholds = { conversion_ratio = 1 }
    playbooks_url    = "docs/playbooks"
  }

  expect_failures = [var.alert_emails, var.alert_thresholds, var.playbooks_url]
}

run "slash_at_the_end" {
  command = plan

  variables {
    playbooks_url = "https://example.com/"
  }

  expect_failures = [var.playbooks_url]
}
