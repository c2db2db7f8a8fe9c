terraform {
  # 1.11 is the first version with write-only arguments.
  required_version = ">= 1.11"

  required_providers {
    # secret_data_wo_version is a number in 7.x and a text in 8.0.
    google = {
      source  = "hashicorp/google"
      version = ">= 7.40, < 8.0"
    }
    random = {
      source  = "hashicorp/random"
      version = ">= 3.7, < 4.0"
    }
    time = {
      source  = "hashicorp/time"
      version = ">= 0.12, < 1.0"
    }
  }
}
