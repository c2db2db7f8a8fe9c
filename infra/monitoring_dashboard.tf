# One page: what is sent, what is stopped and why, and whether codes are used.

locals {
  _tiles = [
    ["Sent, by country", "sum by (country) (increase(${local._series.otp_sent}[5m]))"],
    ["Sent, by channel", "sum by (channel) (increase(${local._series.otp_sent}[5m]))"],
    ["Blocked, by country", "sum by (country) (increase(${local._series.otp_blocked}[5m]))"],
    ["Blocked, by rule", "sum by (rule, code) (increase(${local._series.otp_blocked}[5m]))"],
    ["On trial: would be blocked, by rule", "sum by (rule) (increase(${local._series.otp_monitored}[5m]))"],
    ["On trial: would be blocked, by country", "sum by (country) (increase(${local._series.otp_monitored}[5m]))"],
    ["On trial: would be blocked, by network", "topk(15, sum by (mcc, mnc, carrier) (increase(${local._series.otp_network}{event=\"otp.monitored\"}[1h])))"],
    ["Networks asked for most", "topk(15, sum by (mcc, mnc, carrier) (increase(${local._series.otp_network}[1h])))"],
    ["Networks blocked most", "topk(15, sum by (mcc, mnc, carrier) (increase(${local._series.otp_network}{event=~\"otp.(blocked|suppressed)\"}[1h])))"],
    ["Conversion: approved / sent, by country", "sum by (country) (increase(${local._series.feedback_approved}[1h])) / on (country) sum by (country) (increase(${local._series.otp_sent}[1h]))"],
    ["Conversion: approved / sent", "sum(increase(${local._series.feedback_approved}[1h])) / sum(increase(${local._series.otp_sent}[1h]))"],
    ["Time to send, median and 95 % (ms)", "histogram_quantile(0.5, sum by (le) (rate(${local._series.otp_latency}_bucket[5m]))) or label_replace(histogram_quantile(0.95, sum by (le) (rate(${local._series.otp_latency}_bucket[5m]))), \"quantile\", \"0.95\", \"\", \"\")"],
    ["Failed, by code", "sum by (code) (increase(${local._series.otp_failed}[5m]))"],
    ["Turned away, by code", "sum by (code) (increase(${local._series.request_refused}[5m]))"],
    ["Logins that could not be reported", "sum by (code) (increase(${local._series.feedback_failed}[5m]))"],
    ["Age of rules that cannot be read (s)", "histogram_quantile(1, sum by (le) (increase(${local._series.rules_age}_bucket[5m])))"],
    ["Set up wrongly", "sum(increase(${local._series.config_fault}[5m])) or sum(increase(${local._series.misconfigured}[5m]))"],
  ]
}

resource "google_monitoring_dashboard" "this" {
  dashboard_json = jsonencode({
    displayName = "verify-gateway ${local._name}"
    mosaicLayout = {
      columns = 48
      tiles = [
        for index, tile in local._tiles : {
          xPos   = index % 2 * 24
          yPos   = floor(index / 2) * 12
          width  = 24
          height = 12
          widget = {
            title = tile[0]
            xyChart = {
              dataSets = [{
                plotType        = "LINE"
                timeSeriesQuery = { prometheusQuery = tile[1] }
              }]
            }
          }
        }
      ]
    }
  })

  depends_on = [google_logging_metric.this]
}
