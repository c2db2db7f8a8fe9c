locals {
  _name    = "${var.prefix}-${var.environment}"
  _is_prod = var.environment == "prod"

  _labels = {
    app         = "verify-gateway"
    environment = var.environment
  }

  # The gateway waits for Twilio most of the time, so one vCPU serves many
  # requests. A batch for log-stream may be 32 MiB, and a few times that once
  # it is parsed.
  _sizes = {
    gateway = {
      cpu           = 1
      memory        = "512Mi"
      concurrency   = local._is_prod ? 80 : 40
      min_instances = local._is_prod ? 1 : 0
      max_instances = local._is_prod ? 10 : 3
    }
    log_stream = {
      cpu           = 1
      memory        = "1Gi"
      concurrency   = 4
      min_instances = 0
      max_instances = local._is_prod ? 5 : 2
    }
  }
  _gateway_size = {
    for name, value in local._sizes.gateway :
    name => var.gateway[name] == null ? value : var.gateway[name]
  }
  _log_stream_size = {
    for name, value in local._sizes.log_stream :
    name => var.log_stream[name] == null ? value : var.log_stream[name]
  }

  _protect_data = coalesce(var.protect_data, local._is_prod)
}
