"""How the shipped model files were fitted. Nothing here is imported by the package."""
