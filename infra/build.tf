# What builds the functions, and what they are built from.

resource "google_service_account" "build" {
  account_id   = "${local._name}-build"
  display_name = "Builds the functions of ${local._name}"

  depends_on = [google_project_service.this]
}

resource "google_project_iam_member" "build" {
  for_each = {
    logs = {
      role      = "roles/logging.logWriter"
      condition = null
    }
    # Google copies the archive to a bucket of its own, and the build reads it
    # there: https://github.com/hashicorp/terraform-provider-google/issues/20571
    source = {
      role = "roles/storage.objectViewer"
      condition = join(" || ", [
        for bucket in ["gcf-v2-sources-", google_storage_bucket.source.name] :
        "resource.name.startsWith(\"projects/_/buckets/${bucket}\")"
      ])
    }
  }

  project = var.project_id
  role    = each.value.role
  member  = google_service_account.build.member

  dynamic "condition" {
    for_each = each.value.condition == null ? [] : [each.value.condition]

    content {
      title      = "archives of functions"
      expression = condition.value
    }
  }
}

resource "google_artifact_registry_repository" "images" {
  repository_id = "${local._name}-images"
  location      = var.region
  format        = "DOCKER"
  description   = "Images of the functions of ${local._name}"

  # What is kept wins over what is deleted.
  cleanup_policies {
    id     = "keep-newest"
    action = "KEEP"

    most_recent_versions {
      keep_count = 5
    }
  }
  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"

    condition {
      tag_state  = "ANY"
      older_than = "2592000s"
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_artifact_registry_repository_iam_member" "build" {
  repository = google_artifact_registry_repository.images.name
  location   = var.region
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}

resource "google_storage_bucket" "source" {
  name     = "${var.project_id}-${local._name}-source"
  location = var.region

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  # Every archive can be built again from its commit.
  force_destroy = true

  versioning {
    enabled = true
  }
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 90
    }
  }

  depends_on = [google_project_service.this]
}

# The hash is the name: another archive is another object, which redeploys the
# functions, and the same archive changes nothing.
resource "google_storage_bucket_object" "source" {
  bucket = google_storage_bucket.source.name
  name   = "source-${local._source_hash}.zip"
  source = var.source_archive

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = fileexists(var.source_archive)
      error_message = "There is no archive at ${var.source_archive}: run make build first."
    }
  }
}

locals {
  _source_hash = (
    fileexists(var.source_archive) ? filesha256(var.source_archive) : "missing"
  )
}
