# The network and its machines. `terraform_data` is built in and makes nothing, so that the example needs no cloud; the
# README shows the same with a cloud's provider. What counts is the outputs: others take them in.

variable "cidr" {
  type    = string
  default = "10.20.0.0/16"
}

# From machines.auto.tfvars.json. A cloud would give the addresses.
variable "machines" {
  type = map(object({ address = string, port = number, etc = string }))
}

resource "terraform_data" "network" {
  input = { name = "fleet", cidr = var.cidr }
}

resource "terraform_data" "machine" {
  for_each = var.machines
  input    = merge(each.value, { cidr = terraform_data.network.input.cidr })
}

output "cidr" {
  value = terraform_data.network.input.cidr
}

# `address` and `port` are how Ansible gets there; anything else is a variable of the host.
output "machines" {
  value = { for name, one in terraform_data.machine : name => one.input }
}
