locals {
  user_step = (var.user
    ? "In the console, IAM, Users, ${local.deployer}, Security credentials: create an access key, and a\n   second factor named ${local.deployer}. Then:  aws configure --profile ${local.deployer}"
    : "Sign in as one whom the role trusts, in a profile of the AWS CLI; below it is YOURS."
  )
  source_profile = var.user ? local.deployer : "YOURS"
  second_factor  = "arn:${local.partition}:iam::${local.account}:mfa/${var.user ? local.deployer : "YOURS"}"
  mfa_setting    = var.mfa ? "\n   aws configure set --profile ${var.name} mfa_serial ${local.second_factor}" : ""
}

output "next_steps" {
  description = "What to do now."
  value       = <<-EOT
    1. ${local.user_step}
    2. Tell the AWS CLI of the role, once:
       aws configure set --profile ${var.name} region ${local.region}
       aws configure set --profile ${var.name} role_arn ${aws_iam_role.deployer.arn}
       aws configure set --profile ${var.name} source_profile ${local.source_profile}${local.mfa_setting}
    3. Tell the stack, once, where its state is and which boundary its roles have:
       terraform output -raw backend > ../backend.tf
       terraform output -raw settings > ../bootstrap.auto.tfvars
    4. Become the deployer for an hour, and deploy:
       eval "$(aws configure export-credentials --profile ${var.name} --format env)"
       export AWS_DEFAULT_REGION=${local.region}
       cd .. && terraform init && terraform apply
  EOT
}

output "backend" {
  description = "To be infra/backend.tf, which git ignores: where the stack's state is."
  value       = <<-EOT
    terraform {
      backend "s3" {
        bucket       = "${aws_s3_bucket.state.bucket}"
        key          = "${local.state_key}"
        region       = "${local.region}"
        use_lockfile = true
      }
    }
  EOT
}

output "settings" {
  description = "To be infra/bootstrap.auto.tfvars, which git ignores: the stack's variables that the deployer's rights go by."
  value = join("", [
    for name, value in {
      bucket                   = var.bucket
      kms_key_arn              = var.kms_key_arn
      name                     = var.name
      permissions_boundary_arn = aws_iam_policy.boundary.arn
      region                   = local.region
    } : format("%-24s = %q\n", name, value) if value != null
  ])
}

output "state_bucket" {
  description = "Name of the bucket with the stack's state."
  value       = aws_s3_bucket.state.bucket
}

output "deployer_role_arn" {
  description = "ARN of the role to assume for deploying."
  value       = aws_iam_role.deployer.arn
}

output "permissions_boundary_arn" {
  description = "ARN of the boundary without which the deployer can make no role."
  value       = aws_iam_policy.boundary.arn
}
