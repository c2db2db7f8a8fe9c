variable "ci_ref" {
  description = "The git reference whose workflows may deploy."
  type        = string
  default     = "refs/heads/main"
  nullable    = false

  validation {
    condition     = can(regex("^refs/(heads|tags)/[A-Za-z0-9._/-]+$", var.ci_ref))
    error_message = "The ci_ref must be a whole git reference such as refs/heads/main."
  }
}

variable "ci_repository" {
  description = "No longer used: a name can be taken over. See ci_repository_id."
  type        = string
  default     = null

  validation {
    condition     = var.ci_repository == null
    error_message = "The ci_repository is replaced by ci_repository_id, the number of the repository: gh api repos/OWNER/NAME --jq .id prints it."
  }
}

variable "ci_repository_id" {
  description = "The number of the GitHub repository whose workflows may deploy without a key: gh api repos/OWNER/NAME --jq .id prints it. Default: none."
  type        = string
  default     = null

  validation {
    condition     = var.ci_repository_id == null || can(regex("^[1-9][0-9]*$", var.ci_repository_id))
    error_message = "The ci_repository_id must be the number of a GitHub repository, which gh api repos/OWNER/NAME --jq .id prints, not its name."
  }
}

variable "environment" {
  description = "Name of the environment; it is part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,7}$", var.environment))
    error_message = "The environment must be 2 to 8 lower-case letters and digits and start with a letter, such as dev or prod."
  }
}

variable "prefix" {
  description = "First part of every name. It must be the same in the root above."
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

variable "region" {
  description = "Region of the bucket that holds the state."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "The region must be a Google Cloud region such as europe-west1."
  }
}
