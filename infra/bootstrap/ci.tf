# Deploys from GitHub Actions without a key: the workflow of one repository and
# one reference may act as the account below. The repository is known by its
# number, because a name that was given up can be taken by somebody else.

locals {
  _ci_count = var.ci_repository_id == null ? 0 : 1
  # Who may deploy may become any of the functions, so the account is as
  # powerful as they are together, and it grants roles.
  _ci_roles = [
    "roles/artifactregistry.admin",
    "roles/cloudfunctions.admin",
    "roles/cloudscheduler.admin",
    "roles/datastore.owner",
    "roles/iam.serviceAccountAdmin",
    "roles/iam.serviceAccountUser",
    "roles/iam.workloadIdentityPoolViewer",
    "roles/logging.configWriter",
    "roles/monitoring.editor",
    "roles/resourcemanager.projectIamAdmin",
    "roles/run.admin",
    "roles/secretmanager.admin",
    "roles/serviceusage.serviceUsageAdmin",
    "roles/storage.admin",
  ]
}

resource "google_service_account" "ci" {
  count = local._ci_count

  account_id   = "${local._name}-deploy"
  display_name = "Deploys ${local._name} from GitHub Actions"

  depends_on = [google_project_service.this]
}

resource "google_project_iam_member" "ci" {
  for_each = toset(var.ci_repository_id == null ? [] : local._ci_roles)

  project = var.project_id
  role    = each.value
  member  = google_service_account.ci[0].member
}

resource "google_iam_workload_identity_pool" "ci" {
  count = local._ci_count

  workload_identity_pool_id = "${local._name}-github"
  display_name              = "GitHub Actions of ${local._name}"

  depends_on = [google_project_service.this]
}

resource "google_iam_workload_identity_pool_provider" "ci" {
  count = local._ci_count

  workload_identity_pool_id          = google_iam_workload_identity_pool.ci[0].workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  attribute_condition                = "assertion.repository_id == \"${var.ci_repository_id}\" && assertion.ref == \"${var.ci_ref}\""
  attribute_mapping = {
    "google.subject"          = "assertion.sub"
    "attribute.repository_id" = "assertion.repository_id"
  }

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account_iam_member" "ci" {
  count = local._ci_count

  service_account_id = google_service_account.ci[0].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.ci[0].name}/attribute.repository_id/${var.ci_repository_id}"
}
