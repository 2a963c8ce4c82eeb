"""bannx: pages become images, and what follows a render happens behind the client's back."""
