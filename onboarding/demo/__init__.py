"""The demonstration: four towns with reports, made through the product's own actions. Top of the layers."""
