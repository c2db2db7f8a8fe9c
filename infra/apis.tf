resource "google_project_service" "this" {
  for_each = toset(concat([
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
  ], var.watch_enabled ? ["cloudscheduler.googleapis.com"] : []))

  project = var.project_id
  service = each.value

  # Something else in the project may need it.
  disable_on_destroy = false
}

# Grants take effect some time after they are made. Without the wait the first
# deploy of an empty project fails now and then, and the second one works.
resource "time_sleep" "grants" {
  create_duration = var.grant_propagation

  triggers = merge(
    {
      build = join(" ", concat(
        [google_artifact_registry_repository_iam_member.build.id],
        [for grant in google_project_iam_member.build : grant.id],
      ))
      gateway = join(" ", concat(
        [google_project_iam_member.gateway_database.id],
        [for grant in google_secret_manager_secret_iam_member.gateway : grant.id],
      ))
      log_stream = join(" ", [
        for grant in google_secret_manager_secret_iam_member.log_stream : grant.id
      ])
    },
    # No member at all where it is off, so that nobody waits for nothing.
    var.watch_enabled ? {
      watch = join(" ", concat(
        [for grant in google_project_iam_member.watch_database : grant.id],
        [for grant in google_secret_manager_secret_iam_member.watch : grant.id],
      ))
    } : {},
  )
}
